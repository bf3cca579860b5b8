namespace ProductionReady.Tests.Api.Description;

/// <summary>A good JSON body, or nearly, of every operation that takes one, by operation id. New operations need one.</summary>
internal static class SampleBodies
{
    private const string Provider = """
        {"name":"corp","displayName":"Corporate","issuer":"https://accounts.example","clientId":"acme","clientSecret":"seven green horses",
        "redirectUris":["https://app.example/callback"],"scopes":["openid","email"],"roleClaim":"groups","roleMap":{"staff":["user"]},
        "defaultRoles":["user"],"provisioning":"invited","linkByEmail":true,"enabled":true}
        """;

    private static readonly Dictionary<string, string> All = new(StringComparer.Ordinal)
    {
        ["signUp"] = """{"name":"Acme","slug":"acme","admin":{"email":"ann@x.example","displayName":"Ann","password":"seven green horses sing"}}""",
        ["login"] = """{"tenant":"acme","email":"ann@x.example","password":"seven green horses sing"}""",
        ["refresh"] = """{"refreshToken":"prt_AAAA"}""",
        ["changePassword"] = """{"currentPassword":"seven green horses sing","newPassword":"nine blue horses hum"}""",
        ["requestPasswordReset"] = """{"tenant":"acme","email":"ann@x.example"}""",
        ["completePasswordReset"] = """{"token":"prp_AAAA","newPassword":"nine blue horses hum"}""",
        ["completeSignIn"] = """{"challenge":"prc_AAAA","code":"123456"}""",
        ["enrolSecondFactor"] = """{"currentPassword":"seven green horses sing"}""",
        ["confirmSecondFactor"] = """{"code":"123456"}""",
        ["renewRecoveryCodes"] = """{"code":"123456"}""",
        ["removeSecondFactor"] = """{"code":"123456"}""",
        ["setSecondFactorPolicy"] = """{"required":false,"roles":["admin"]}""",
        ["createApiKey"] = """{"name":"Key","scopes":["event:read"]}""",
        ["startOidcSignIn"] = """{"tenant":"acme","provider":"corp","redirectUri":"https://app.example/callback"}""",
        ["completeOidcSignIn"] = """{"signInToken":"pro_AAAA","state":"state","code":"code","iss":"https://accounts.example"}""",
        ["createOidcProvider"] = Provider,
        ["replaceOidcProvider"] = Provider,
        ["createContact"] = """{"name":"Ann","email":"ann@x.example","phone":"+33224423307","address":"Here","age":30,"gender":"female"}""",
        ["replaceContact"] = """{"name":"Ann","email":"ann@x.example","phone":"+33224423307","address":"Here","age":30,"gender":"female"}""",
        ["patchContact"] = """{"name":"Ann","age":31}""",
        ["createRole"] = """{"name":"auditor","description":"Looks","permissions":["audit:read","event:read"]}""",
        ["replaceRole"] = """{"description":"Looks","permissions":["audit:read","event:read"]}""",
        ["patchUser"] = """{"displayName":"Ann","roles":["user","event_viewer"],"state":"active"}""",
        ["patchMe"] = """{"displayName":"Ann"}""",
        ["changeOwnTenant"] = """{"name":"Acme","timeZone":"Europe/Paris","language":"pt-BR"}""",
        ["closeTenant"] = """{"password":"seven green horses sing","code":"123456"}""",
        ["suspendTenant"] = """{"reason":"Unpaid"}""",
        ["setTenantLimits"] = """{"maxUsers":5,"maxContacts":1000,"maxEventsAMonth":1000,"maxStorageBytes":1000000}""",
        ["eraseTenant"] = """{"slug":"acme"}""",
        ["requestRestore"] = """{"tenantId":"01990000-0000-7000-8000-000000000000","to":"2026-01-31T12:00:00Z"}""",
        ["invite"] = """{"email":"new@x.example","roles":["user","event_viewer"]}""",
        ["acceptInvitation"] = """{"token":"pri_AAAA","displayName":"Ann","password":"seven green horses sing"}""",
    };

    /// <summary>The body; null when there is none.</summary>
    public static string? Of(string operationId) => All.GetValueOrDefault(operationId);
}
