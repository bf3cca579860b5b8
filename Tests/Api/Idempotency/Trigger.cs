using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Idempotency;

/// <summary>Runs PL/pgSQL in the Api's transaction at the moment when it keeps an answer, after the contact was created.</summary>
internal sealed class Trigger(ApiFixture api) : IAsyncDisposable
{
    public static async Task<Trigger> OnAnswersAsync(ApiFixture api, string statement)
    {
        await api.SqlAsync($"""
            CREATE FUNCTION at_answer() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                ASSERT EXISTS (SELECT FROM contacts WHERE tenant_id = NEW.tenant_id AND name = 'Bob'), 'no contact yet';
                {statement};
                RETURN NEW;
            END $$;
            CREATE TRIGGER at_answer BEFORE INSERT ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION at_answer()
            """);
        return new Trigger(api);
    }

    public async ValueTask DisposeAsync() => await api.SqlAsync("DROP FUNCTION at_answer() CASCADE");
}
