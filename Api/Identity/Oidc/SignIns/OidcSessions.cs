using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Oidc.IdTokens;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>From an ID token that was found good to a session: account, roles and session are one transaction.</summary>
public sealed class OidcSessions(
    AppDbContext database, AccessChanges access, OidcAccounts accounts, SignInChallenges challenges, SessionTokens tokens, AuditTrail trail,
    OidcSignInAudit audit)
{
    private const int MostTries = 3;

    /// <summary>Starts a session, or says why there is none.</summary>
    public async Task<Results<Ok<TokenResponse>, ApiProblem>> StartAsync(
        OidcProvider provider, IdToken token, HttpRequest http, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryStartAsync(provider, token, http, cancellationToken);
            }
            catch (Exception exception) when (tries < MostTries && IsConcurrentChange(exception))
            {
                // Something changed the user, or took the address, at the same moment: look again.
                database.ChangeTracker.Clear();
            }
        }
    }

    private async Task<Results<Ok<TokenResponse>, ApiProblem>> TryStartAsync(
        OidcProvider provider, IdToken token, HttpRequest http, CancellationToken cancellationToken)
    {
        OidcAccount account;
        await using (var change = await access.BeginAsync(keyed: null, cancellationToken))
        {
            account = await accounts.ResolveAsync(provider, token, cancellationToken);
            if (account.UserId is { } userId && await SignInAsync(userId, http, cancellationToken) is { } answer)
            {
                // Recorded last: the tenant's next entry waits until this transaction ends.
                await audit.AcceptedAsync(provider, userId, cancellationToken);
                foreach (var entry in account.Events)
                {
                    await trail.RecordAsync(entry, cancellationToken);
                }

                await change.CommitAsync(cancellationToken);
                return answer;
            }
        }

        var problem = OidcProblems.AccountRefused(account.Refusal ?? AccountRefusal.Disabled);
        await audit.RefusedAsync(provider, problem.Code, null, token.Subject, cancellationToken);
        return problem;
    }

    /// <summary>
    /// The one place where a sign-in by a provider becomes a session, or the challenge for the second factor that the user has here.
    /// Null when the user or the tenant is not active any more.
    /// </summary>
    private async Task<Results<Ok<TokenResponse>, ApiProblem>?> SignInAsync(Guid userId, HttpRequest http, CancellationToken cancellationToken)
    {
        if (await challenges.AskAsync(userId, SignInMethod.Oidc, cancellationToken) is { } challenge)
        {
            return SecondFactorProblems.Required(challenge);
        }

        if (await tokens.StartAsync(new SignIn(userId, SignInMethod.Oidc), http, cancellationToken) is { } response)
        {
            return TypedResults.Ok(response);
        }

        return null;
    }

    private static bool IsConcurrentChange(Exception exception) =>
        exception is DbUpdateConcurrencyException
        || exception is DbUpdateException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.CheckViolation } };
}
