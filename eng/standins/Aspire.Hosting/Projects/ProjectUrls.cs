using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Projects;

/// <summary>Where a project listens.</summary>
internal static class ProjectUrls
{
    /// <summary>ASPNETCORE_URLS, with the project's own ports.</summary>
    public static void ListenWhereEndpointsAre(IResourceBuilder<ProjectResource> project) => project.WithEnvironment(context =>
    {
        if (context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
        {
            return;
        }

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in project.Resource.GetEndpoints())
        {
            if (endpoint.IsHttps)
            {
                context.EnvironmentVariables.TryAdd("ASPNETCORE_HTTPS_PORT", endpoint.Property(EndpointProperty.Port));
            }

            urls.AppendLiteral(urls.IsEmpty ? "" : ";");
            urls.AppendLiteral($"{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:");
            urls.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
        }

        if (!urls.IsEmpty)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
        }
    });

    /// <summary>HTTP_PORTS and HTTPS_PORTS, as a container sees them.</summary>
    public static void ListenOnPorts(IResourceBuilder<ProjectResource> project) => project.WithEnvironment(context =>
    {
        foreach (var scheme in new[] { "http", "https" })
        {
            var ports = new ReferenceExpressionBuilder();
            foreach (var endpoint in project.Resource.GetEndpoints()
                .Where(e => e.Scheme == scheme && !e.EndpointAnnotation.EndsElsewhere))
            {
                ports.AppendLiteral(ports.IsEmpty ? "" : ";");
                ports.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
            }

            if (!ports.IsEmpty)
            {
                context.EnvironmentVariables.TryAdd($"{scheme.ToUpperInvariant()}_PORTS", ports.Build());
            }
        }
    });

    /// <summary>One endpoint for each address of a launch profile, named by its scheme, from the second of a scheme on with a number.</summary>
    public static void AddEndpoints(IResourceBuilder<ProjectResource> project, string? applicationUrl)
    {
        var count = new Dictionary<string, int>();
        foreach (var url in applicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            var address = new Uri(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal));
            var number = count[address.Scheme] = count.GetValueOrDefault(address.Scheme) + 1;
            project.WithEndpoint(number == 1 ? address.Scheme : $"{address.Scheme}{number}", endpoint =>
            {
                endpoint.UriScheme = address.Scheme;
                endpoint.Port ??= address.Port == 0 ? null : address.Port;
                endpoint.TargetHost = address.Host;
            });
        }
    }

    /// <summary>http and https, as a project with a launch profile is published.</summary>
    public static void AddPublishedEndpoints(IResourceBuilder<ProjectResource> project)
    {
        project.WithEndpoint("http", endpoint => endpoint.UriScheme = "http");
        project.WithEndpoint("https", endpoint =>
        {
            endpoint.UriScheme = "https";
            endpoint.EndsElsewhere = true;
        });
    }
}
