namespace ProductionReady.Bench;

/// <summary>The folders a run uses.</summary>
/// <param name="Repository">Where the sources and their Release builds are.</param>
/// <param name="Scratch">What the servers write; the caller removes it.</param>
/// <param name="PostgresBinaries">The folder of initdb and postgres.</param>
internal sealed record Workplace(string Repository, string Scratch, string PostgresBinaries)
{
    /// <summary>What a run leaves behind.</summary>
    internal string Results => Path.Combine(Repository, "bench", "results");

    /// <summary>The load generator's scripts.</summary>
    internal string Load => Path.Combine(Repository, "bench", "load");

    /// <summary>The Release build of a project.</summary>
    /// <exception cref="BenchException">It has not been built.</exception>
    internal string Assembly(string folder, string name)
    {
        var assembly = Path.Combine(Repository, folder, "bin", "Release", "net10.0", $"{name}.dll");
        return File.Exists(assembly) ? assembly : throw new BenchException($"{folder} has no Release build; bench/run makes it.");
    }

    /// <summary>A new file in the scratch folder.</summary>
    internal string ScratchFile(string name) => Path.Combine(Scratch, name);
}
