using System.Globalization;

namespace Shellbox.Benchmarks;

/// <summary>Measured values of one thing, all in the same unit.</summary>
internal sealed class Distribution
{
    private readonly double[] _sorted;

    public Distribution(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        if (_sorted.Length == 0)
            throw new ArgumentException("Nothing was measured.", nameof(values));
    }

    public int Count => _sorted.Length;

    public double Minimum => _sorted[0];

    public double Maximum => _sorted[^1];

    public double Median => Percentile(50);

    /// <summary>The highest percentile that so many values can tell; null: they are too few for any.</summary>
    public int? TailPercent =>
        Count switch
        {
            >= 300 => 99,
            >= 40 => 95,
            _ => null,
        };

    /// <summary>
    /// The smallest measured value that at least <paramref name="percent"/> percent of the values do not exceed (nearest rank: always a
    /// value that was seen).
    /// </summary>
    public double Percentile(double percent) =>
        _sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    /// <summary>For people: three digits that mean something.</summary>
    public static string Text(double value) =>
        value.ToString(
            Math.Abs(value) switch
            {
                >= 100 => "#,0",
                >= 10 => "0.0",
                >= 1 => "0.00",
                _ => "0.000",
            },
            CultureInfo.InvariantCulture
        );
}
