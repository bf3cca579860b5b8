namespace Aspire.Hosting.Run;

/// <summary>Reads what a process writes, line by line.</summary>
internal static class OutputLines
{
    public static async Task ReadAsync(StreamReader output, Action<string> lineWritten)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lineWritten(line);
        }
    }
}
