namespace Shellbox.Embedded.Worker.Middleware;

/// <summary>Runs a function, or the next middleware around it.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
