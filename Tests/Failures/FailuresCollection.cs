namespace ProductionReady.Tests.Failures;

/// <summary>Tests that kill what the others use: they run one after another, when all the others are done.</summary>
[CollectionDefinition(nameof(FailuresCollection), DisableParallelization = true)]
public sealed class FailuresCollection;
