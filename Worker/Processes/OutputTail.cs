namespace ProductionReady.Worker.Processes;

/// <summary>Reads a stream of lines to its end and keeps the last few: what a failing program said.</summary>
internal static class OutputTail
{
    private const int Lines = 10;

    public static async Task<string> ReadAsync(TextReader reader)
    {
        var tail = new Queue<string>(Lines);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (tail.Count == Lines)
            {
                tail.Dequeue();
            }

            tail.Enqueue(line);
        }

        return string.Join('\n', tail);
    }
}
