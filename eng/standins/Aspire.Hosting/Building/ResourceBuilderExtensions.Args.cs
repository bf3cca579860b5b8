using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds command line arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithArgs(args.Cast<object>().ToArray());

    /// <summary>Adds command line arguments: texts, or values that are known later.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params object[] args)
        where T : IResourceWithArgs
    {
        var values = args.Select(a => a is IResourceBuilder<IResource> b ? b.Resource : a).ToArray();
        builder.WithArgs(context =>
        {
            foreach (var value in values)
            {
                context.Args.Add(value);
            }
        });
        foreach (var value in values)
        {
            builder.WithReferencesOf(value);
        }

        return builder;
    }

    /// <summary>Changes the command line when the resource starts.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Action<CommandLineArgsCallbackContext> callback)
        where T : IResourceWithArgs => builder.WithArgs(context =>
        {
            callback(context);
            return Task.CompletedTask;
        });

    /// <inheritdoc cref="WithArgs{T}(IResourceBuilder{T}, Action{CommandLineArgsCallbackContext})" />
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Func<CommandLineArgsCallbackContext, Task> callback)
        where T : IResourceWithArgs => builder.WithAnnotation(new CommandLineArgsCallbackAnnotation(callback));
}
