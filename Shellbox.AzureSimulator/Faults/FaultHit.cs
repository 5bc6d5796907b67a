namespace Shellbox.AzureSimulator.Faults;

/// <summary>A fault that hit a request.</summary>
/// <param name="FaultId">What <see cref="FaultPlan.Add"/> returned.</param>
/// <param name="Time">When.</param>
/// <param name="Operation">The operation id of the request.</param>
/// <param name="Resource">The resource that the request named.</param>
/// <param name="RequestId">The request's x-ms-request-id, as in the request log.</param>
public sealed record FaultHit(int FaultId, DateTimeOffset Time, string Operation, string Resource, string RequestId);
