namespace ProductionReady.Api.Errors;

/// <summary>Declares an endpoint's error answers for OpenAPI.</summary>
public static class ProducesProblemsExtensions
{
    /// <summary>Declares that the endpoint, or each endpoint of the group, may answer with these statuses as problem details.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemBody), [ApiProblem.ContentType]));
        }

        return builder;
    }
}
