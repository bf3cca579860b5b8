namespace ProductionReady.Api.Identity.Lockout;

/// <summary>What is known of a sign-in before its password is looked at; the same steps find it for names that nobody has.</summary>
/// <param name="TenantId">The tenant, or null when there is none of that slug.</param>
/// <param name="Email">What was given as the e-mail address.</param>
/// <param name="Account">The user, or null when none of that address may sign in.</param>
/// <param name="Counted">What failures are counted for.</param>
/// <param name="Wait">How long sign-ins are refused without a look at the password; zero when they are not.</param>
public sealed record SignInAttempt(Guid? TenantId, string Email, PasswordAccount? Account, CountedSubjects Counted, TimeSpan Wait);

/// <summary>A user who may sign in.</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">As the user writes it.</param>
/// <param name="PasswordHash">Null for a user without a password.</param>
/// <param name="PasswordChangedAt">Tells whether the password was changed since.</param>
public sealed record PasswordAccount(Guid Id, string Email, string? PasswordHash, DateTimeOffset? PasswordChangedAt);

/// <summary>
/// What a failed sign-in is counted for, each the SHA-256 of a name and 32 bytes long, so that the table tells neither
/// accounts nor addresses.
/// </summary>
/// <param name="Here">The account from this address. It alone counts where the address is known for the account.</param>
/// <param name="Account">The account from all unknown addresses together.</param>
/// <param name="Address">All accounts of the tenant from this address.</param>
/// <param name="Known">The mark that the user signed in from this address; it counts nothing.</param>
/// <param name="IsKnown">Whether the mark is there.</param>
public sealed record CountedSubjects(byte[] Here, byte[] Account, byte[] Address, byte[] Known, bool IsKnown);
