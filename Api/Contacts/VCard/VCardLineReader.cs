namespace ProductionReady.Api.Contacts.VCard;

/// <summary>
/// Reads the logical lines of a vCard stream: physical lines end in CRLF or LF, and one that starts with a space or tab
/// continues the line before it (RFC 6350, section 3.2). Unfolding works on bytes, since a fold may stand inside a UTF-8
/// sequence. Of a line beyond <see cref="MaxLine"/> bytes, as an embedded photograph makes, only the start is kept.
/// </summary>
public sealed class VCardLineReader(Stream body)
{
    /// <summary>Bytes of a logical line that are kept.</summary>
    public const int MaxLine = 16 * 1024;

    private readonly byte[] _buffer = new byte[32 * 1024];
    private readonly byte[] _line = new byte[MaxLine];
    private int _next;
    private int _end;
    private int _length;
    private long _linesRead;

    /// <summary>The current logical line without its line break; valid until the next read.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _length);

    /// <summary>Number of the current line's first physical line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether the end of the current line was cut off.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Moves to the next logical line; false at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _length = 0;
        IsCut = false;
        Number = _linesRead + 1;
        if (!await HasMoreAsync(cancellationToken))
        {
            return false;
        }

        if (Number == 1)
        {
            await SkipByteOrderMarkAsync(cancellationToken);
        }

        await AppendPhysicalLineAsync(cancellationToken);
        while (await HasMoreAsync(cancellationToken) && _buffer[_next] is (byte)' ' or (byte)'\t')
        {
            _next++;
            await AppendPhysicalLineAsync(cancellationToken);
        }

        return true;
    }

    private async ValueTask AppendPhysicalLineAsync(CancellationToken cancellationToken)
    {
        _linesRead++;
        while (await HasMoreAsync(cancellationToken))
        {
            var rest = _buffer.AsSpan(_next, _end - _next);
            var lineFeed = rest.IndexOf((byte)'\n');
            Append(lineFeed < 0 ? rest : rest[..lineFeed]);
            if (lineFeed >= 0)
            {
                _next += lineFeed + 1;
                break;
            }

            _next = _end;
        }

        if (_length > 0 && _line[_length - 1] == '\r' && !IsCut)
        {
            _length--;
        }
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        var kept = Math.Min(part.Length, MaxLine - _length);
        part[..kept].CopyTo(_line.AsSpan(_length));
        _length += kept;
        IsCut |= kept < part.Length;
    }

    private async ValueTask<bool> HasMoreAsync(CancellationToken cancellationToken)
    {
        if (_next < _end)
        {
            return true;
        }

        _next = 0;
        _end = await body.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }

    private async ValueTask SkipByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        while (_end - _next < 3 && _end < _buffer.Length)
        {
            var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                break;
            }

            _end += read;
        }

        if (_buffer.AsSpan(_next, _end - _next).StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            _next += 3;
        }
    }
}
