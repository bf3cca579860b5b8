namespace Aspire.Hosting;

/// <summary>The application is described or runs in a way that cannot work.</summary>
public class DistributedApplicationException : Exception
{
    /// <summary>Without a message.</summary>
    public DistributedApplicationException()
    {
    }

    /// <summary>With a message.</summary>
    public DistributedApplicationException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public DistributedApplicationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Nothing gives a parameter a value.</summary>
public class MissingParameterValueException(string message) : DistributedApplicationException(message);
