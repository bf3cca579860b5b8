using Microsoft.EntityFrameworkCore;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Identity;

namespace ProductionReady.Tests.Data;

/// <summary>Saving with the tenant's SET in front: each row must be counted and read back as without it.</summary>
public sealed class SavingTests(TenantDatabase database) : IClassFixture<TenantDatabase>
{
    [Fact]
    public async Task Saving_reads_generated_values_back_when_many_rows_are_inserted()
    {
        await using var context = database.For(database.Red);
        var contacts = Enumerable.Range(0, 2_500).Select(number => TenantDatabase.NewContact("Many", $"Many{number}@Example.com")).ToList();
        context.AddRange(contacts);
        (await context.SaveChangesAsync()).ShouldBe(contacts.Count);
        contacts.ShouldAllBe(contact => contact.EmailKey == contact.Email!.ToLowerInvariant() && contact.Version != 0);
    }

    [Fact]
    public async Task Saving_applies_each_change_when_a_batch_mixes_inserts_updates_and_deletes()
    {
        var changed = await database.AddContactAsync(database.Red, "Mixed changed");
        var deleted = await database.AddContactAsync(database.Red, "Mixed deleted");
        var user = await AddUserAsync("mixed@example.com");
        await using var context = database.For(database.Red);
        context.AttachRange(changed, deleted, user);
        changed.Address = "moved";
        context.Remove(deleted);
        user.State = UserState.Disabled;
        context.Add(TenantDatabase.NewContact("Mixed added"));
        (await context.SaveChangesAsync()).ShouldBe(4);

        context.ChangeTracker.Clear();
        (await context.Contacts.Where(contact => contact.Name.StartsWith("Mixed")).Select(contact => contact.Name).OrderBy(name => name).ToListAsync())
            .ShouldBe(["Mixed added", "Mixed changed"]);
        (await context.Users.SingleAsync(found => found.Id == user.Id)).State.ShouldBe(UserState.Disabled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Saving_reports_a_conflict_when_the_row_was_changed_meanwhile(bool delete)
    {
        var contact = await database.AddContactAsync(database.Red, "Contended");
        await using var first = database.For(database.Red);
        (await first.Contacts.SingleAsync(found => found.Id == contact.Id)).Address = "first";
        await first.SaveChangesAsync();

        await using var second = database.For(database.Red);
        second.Attach(contact);
        if (delete)
        {
            second.Remove(contact);
        }
        else
        {
            contact.Address = "second";
        }

        var conflict = await Should.ThrowAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync());
        conflict.Entries.ShouldHaveSingleItem().Entity.ShouldBe(contact);
    }

    [Fact]
    public async Task Saving_names_the_right_row_when_one_of_a_batch_is_gone()
    {
        var kept = await database.AddContactAsync(database.Red, "Batch kept");
        var gone = await database.AddContactAsync(database.Red, "Batch gone");
        await using var other = database.For(database.Red);
        await other.Contacts.Where(contact => contact.Id == gone.Id).ExecuteDeleteAsync();

        await using var context = database.For(database.Red);
        context.AttachRange(kept, gone);
        context.Add(TenantDatabase.NewContact("Batch added"));
        kept.Address = gone.Address = "moved";
        var conflict = await Should.ThrowAsync<DbUpdateConcurrencyException>(() => context.SaveChangesAsync());
        conflict.Entries.ShouldContain(entry => entry.Entity == gone);

        // All of the batch was taken back.
        (await other.Contacts.CountAsync(contact => contact.Name == "Batch added" || contact.Address == "moved" && contact.Id == kept.Id)).ShouldBe(0);
    }

    [Fact]
    public async Task Saving_reports_a_conflict_when_a_row_without_version_is_gone()
    {
        var user = await AddUserAsync("gone@example.com");
        await using (var admin = await database.OpenAsync())
        {
            await using var delete = new Npgsql.NpgsqlCommand("DELETE FROM users WHERE id = $1", admin) { Parameters = { new() { Value = user.Id } } };
            (await delete.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        await using var context = database.For(database.Red);
        context.Attach(user);
        user.DisplayName = "Ghost";
        await Should.ThrowAsync<DbUpdateConcurrencyException>(() => context.SaveChangesAsync());
    }

    [Fact]
    public async Task Contact_is_read_as_it_was_written_when_all_fields_are_set()
    {
        await using var context = database.For(database.Blue);
        var contact = new Contact
        {
            Name = "Zoë 名前",
            Email = "Zoe@Example.com",
            Phone = "+12025550199",
            Address = "Line 1\nLine 2",
            Age = 0,
            Gender = Gender.Female,
            CreatedAt = TenantDatabase.Now,
            UpdatedAt = TenantDatabase.Now,
        };
        context.Add(contact);
        await context.SaveChangesAsync();
        context.ChangeTracker.Clear();
        (await context.Contacts.SingleAsync(found => found.Id == contact.Id && found.Gender == Gender.Female)).ShouldBeEquivalentTo(contact);
    }

    private async Task<User> AddUserAsync(string email)
    {
        await using var context = database.For(database.Red);
        var user = new User { Email = email, DisplayName = email, PasswordHash = "-", Roles = [BuiltInRoles.User], CreatedAt = TenantDatabase.Now, UpdatedAt = TenantDatabase.Now };
        context.Add(user);
        await context.SaveChangesAsync();
        return user;
    }
}
