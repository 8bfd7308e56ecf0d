// Part of the glue of test programs: they see the environment of the Node process that runs them.
Module["preRun"] = [() => Object.assign(ENV, process.env)];
