namespace MetricsCollector.Api.Json;

/// <summary>The values of the fields of a row; in JSON an object of numbers and nulls by name of field.</summary>
/// <remarks>Two lists instead of a dictionary: nothing is copied between the store and the answer.</remarks>
/// <param name="Fields">Names of fields.</param>
/// <param name="Readings">Their values in the same order.</param>
internal readonly record struct FieldValues(IReadOnlyList<string> Fields, IReadOnlyList<double?> Readings);
