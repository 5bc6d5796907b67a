using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Worker;

/// <summary>Runs a function by the clock.</summary>
/// <param name="schedule">A six-field NCRONTAB expression; <c>%NAME%</c> is replaced from the settings.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The schedule as given.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the function also runs once when the host starts.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Whether occurrences missed while the host was down are made up for by one run at start. On by default.</summary>
    public bool UseMonitor { get; set; } = true;
}
