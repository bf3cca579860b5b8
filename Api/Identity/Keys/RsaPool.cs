using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// RSA objects of one key, each lent to one caller at a time: they are not promised to be safe for several threads, and making one
/// for each use costs a good part of the use.
/// </summary>
internal sealed class RsaPool
{
    private readonly ConcurrentBag<RSA> _idle = [];

    /// <summary>One to use, and to give back.</summary>
    /// <param name="import">Gives the key to a new one.</param>
    public RSA Take(Action<RSA> import)
    {
        if (_idle.TryTake(out var idle))
        {
            return idle;
        }

        var made = RSA.Create();
        import(made);
        return made;
    }

    /// <summary>Gives one back.</summary>
    public void Return(RSA rsa) => _idle.Add(rsa);
}
