using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Authorization;

namespace ProductionReady.Tests.Fixtures;

/// <summary>One instance of the real Api, in this process and on the framework's own web server.</summary>
public sealed class RunningApi : IAsyncDisposable
{
    private readonly WebApplicationFactory<Principal> _factory;

    /// <summary>Starts it.</summary>
    /// <param name="settings">Configuration, which wins over the environment's.</param>
    /// <param name="time">Its clock, if not the system's.</param>
    public RunningApi(IReadOnlyDictionary<string, string> settings, TimeProvider? time = null)
    {
        _factory = new WebApplicationFactory<Principal>().WithWebHostBuilder(host =>
        {
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }

            host.UseSetting("urls", "http://127.0.0.1:0");
            host.ConfigureTestServices(services => services.AddSingleton(time ?? TimeProvider.System));
        });
        _factory.UseKestrel();
        _factory.StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The Api's services, for what no client can see.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>A client without credentials.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    public ValueTask DisposeAsync() => _factory.DisposeAsync();
}
