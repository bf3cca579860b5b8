using Microsoft.AspNetCore.Authorization;

namespace ProductionReady.Api.Authorization;

/// <summary>The four kinds of callers an endpoint can be for.</summary>
public enum EndpointAccess
{
    /// <summary>It says nothing, or not enough: the Api does not start with it.</summary>
    Unsettled,

    /// <summary>Anybody, for a reason in <see cref="AnonymousEndpoints"/>.</summary>
    Anonymous,

    /// <summary>Any caller with credentials, for what is his own as <see cref="OwnerPolicy"/> says.</summary>
    SignedIn,

    /// <summary>Any user who signed in and no API key, for what is his own as <see cref="OwnerPolicy"/> says.</summary>
    User,

    /// <summary>Whoever has the permission it names.</summary>
    Permission,
}

/// <summary>Reads the kind from an endpoint's metadata.</summary>
public static class EndpointAccessExtensions
{
    /// <summary>Which kind of callers it is for. One that needs a permission may need a user as well.</summary>
    public static EndpointAccess Access(this Endpoint endpoint)
    {
        var metadata = endpoint.Metadata;
        return metadata.GetMetadata<IAllowAnonymous>() is not null ? EndpointAccess.Anonymous
            : metadata.GetMetadata<RequiredPermission>() is not null ? EndpointAccess.Permission
            : metadata.GetMetadata<UserRequired>() is not null ? EndpointAccess.User
            : metadata.GetMetadata<SignInRequired>() is not null ? EndpointAccess.SignedIn
            : EndpointAccess.Unsettled;
    }
}
