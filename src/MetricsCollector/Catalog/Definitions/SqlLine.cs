namespace MetricsCollector.Catalog.Definitions;

/// <summary>One line of a statement.</summary>
/// <param name="Text">The line without its version mark.</param>
/// <param name="Versions">The major versions it is sent to: a mark such as <c>-- 17+</c> at its end, or all.</param>
/// <param name="Extension">The oldest version of the extension that the metric requires which it is sent to: a mark such as
/// <c>-- extension 1.13+</c>; null for any.</param>
public sealed record SqlLine(string Text, VersionRange Versions, Version? Extension = null);
