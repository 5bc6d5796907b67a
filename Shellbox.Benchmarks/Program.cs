using System.CommandLine;
using Shellbox.Benchmarks;

return await new RootCommand("Side-by-side measurements of Shellbox. Each runs what it compares in one go and reports medians and spread.")
{
    ClaimBenchmark.CreateCommand(),
}.Parse(args).InvokeAsync();
