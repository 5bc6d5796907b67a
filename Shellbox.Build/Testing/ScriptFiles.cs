using Shellbox.Build.Processes;

namespace Shellbox.Build.Testing;

/// <summary>The scripts of the repository, by their names or by the interpreter that their first lines name.</summary>
internal sealed record ScriptFiles(IReadOnlyList<string> Shell, IReadOnlyList<string> Python)
{
    public static async Task<ScriptFiles> FindAsync(Repository repository, ToolRunner tools, CancellationToken cancellationToken)
    {
        // Not every copy of the repository is a checkout, and git refuses one that is another user's.
        var tracked = await tools.ReadAsync(["git", "-c", "core.quotePath=off", "ls-files"], cancellationToken);
        var files = (tracked.Succeeded ? tracked.Lines : repository.Sources())
            .Where(file => File.Exists(repository.File(file)))
            .Select(file => (Path: file, FirstLine: FirstLine(repository.File(file))))
            .ToList();
        return new ScriptFiles(
            [
                .. files
                    .Where(f => f.Path.EndsWith(".sh", StringComparison.Ordinal) || Interpreter(f.FirstLine) is "sh" or "bash")
                    .Select(f => f.Path),
            ],
            [
                .. files
                    .Where(f => f.Path.EndsWith(".py", StringComparison.Ordinal) || Interpreter(f.FirstLine) is "python3")
                    .Select(f => f.Path),
            ]
        );
    }

    private static string FirstLine(string file)
    {
        using var reader = File.OpenText(file);
        return reader.ReadLine() ?? "";
    }

    /// <summary><c>bash</c> of <c>#!/bin/bash -e</c> and of <c>#!/usr/bin/env bash</c>; null without such a line.</summary>
    private static string? Interpreter(string firstLine)
    {
        if (!firstLine.StartsWith("#!", StringComparison.Ordinal))
            return null;
        var words = firstLine[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var program = words is [var env, var named, ..] && env.EndsWith("/env", StringComparison.Ordinal) ? named : words[0];
        return Path.GetFileName(program);
    }
}
