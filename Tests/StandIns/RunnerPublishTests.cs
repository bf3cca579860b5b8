using Aspire.Hosting;

namespace ProductionReady.Tests.StandIns;

/// <summary>How the stand-ins refuse to publish. Published Aspire logs the error and exits with 0.</summary>
public sealed class RunnerPublishTests
{
    [Fact]
    public async Task Publishing_fails_when_nobody_says_where_to()
    {
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest"]);

        var failure = await Should.ThrowAsync<DistributedApplicationException>(builder.Build().RunAsync());

        failure.Message.ShouldContain("--output-path");
    }
}
