using System.Diagnostics;

namespace ProductionReady.Worker.Processes;

/// <summary>How a child is started on this system.</summary>
internal static class ChildStart
{
    public static ProcessStartInfo Describe(ChildProgram program)
    {
        List<string> command = [.. Wrapper(program), program.Program, .. program.Arguments];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in program.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static List<string> Wrapper(ChildProgram program)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        List<string> wrapper = ["setpriv", "--pdeathsig", program.OnParentDeath.ToString().ToUpperInvariant()];
        if (program.Unprivileged && ChildProgram.DropsPrivileges)
        {
            wrapper.AddRange([$"--reuid={ChildProgram.UnprivilegedUser}", $"--regid={ChildProgram.UnprivilegedUser}", "--init-groups"]);
        }

        wrapper.Add("--");
        return wrapper;
    }
}
