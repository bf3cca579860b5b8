using System.Text.Json;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Operations;

namespace ProductionReady.Api.Operations;

/// <summary>Something that the Worker was asked for.</summary>
/// <param name="Id">Its id, which <c>restore-tenant --request</c> takes.</param>
/// <param name="Kind"><c>backup</c> or <c>restore</c>.</param>
/// <param name="State"><c>waiting</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c>, or <c>applied</c> once an operator brought the tenant back.</param>
/// <param name="RequestedBy">The administrator who asked; null for whoever runs the app.</param>
/// <param name="RequestedAt">When, UTC.</param>
/// <param name="TenantId">Of a restore: the tenant.</param>
/// <param name="RestoreTo">Of a restore: the moment to which, UTC.</param>
/// <param name="StartedAt">When a Worker last began it, UTC.</param>
/// <param name="FinishedAt">When it was done, UTC.</param>
/// <param name="Outcome">What came of it: of a backup its id, of a restore the rows to add, change and delete by table.</param>
/// <param name="Problem">Why nothing came of it.</param>
public sealed record OperationRequestView(
    Guid Id, string Kind, string State, Guid? RequestedBy, DateTimeOffset RequestedAt, Guid? TenantId, DateTimeOffset? RestoreTo,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, JsonElement? Outcome, string? Problem)
{
    internal static OperationRequestView Of(OperationRequest request) => new(
        request.Id, StoredText.Of(request.Kind), StoredText.Of(request.State), request.RequestedBy, request.RequestedAt, request.Tenant,
        request.RestoreTo, request.StartedAt, request.FinishedAt, request.Outcome is { } outcome ? JsonElement.Parse(outcome) : null, request.Problem);
}

/// <summary>A page of requests.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
public sealed record OperationRequestPage(IReadOnlyList<OperationRequestView> Items, string? NextCursor);
