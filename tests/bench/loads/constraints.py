"""A solver of one-way constraints: a graph of objects, planned by strength and then executed."""

REQUIRED, STRONG, MEDIUM, WEAK = range(4)


class Variable:
    def __init__(self, name: str, value: float) -> None:
        self.name, self.value = name, value
        self.constraints: list[Constraint] = []
        self.determined_by: Constraint | None = None
        self.strength, self.mark = WEAK, 0


class Constraint:
    def __init__(self, strength: int, *variables: Variable) -> None:
        self.strength, self.variables = strength, variables
        self.output: Variable | None = None
        for variable in variables:
            variable.constraints.append(self)

    def choose(self, mark: int) -> Variable | None:
        weakest = None
        for variable in self.variables:
            if variable.mark != mark and variable.strength >= self.strength:
                if weakest is None or variable.strength > weakest.strength:
                    weakest = variable
        return weakest

    def inputs(self) -> list[Variable]:
        return [variable for variable in self.variables if variable is not self.output]

    def execute(self) -> None:
        raise NotImplementedError


class Stay(Constraint):
    def execute(self) -> None:
        pass


class Equal(Constraint):
    def execute(self) -> None:
        self.output.value = self.inputs()[0].value


class Scale(Constraint):
    def __init__(
        self, strength: int, source: Variable, target: Variable, factor: float, offset: float
    ):
        super().__init__(strength, source, target)
        self.factor, self.offset = factor, offset

    def execute(self) -> None:
        source, target = self.variables
        if self.output is target:
            target.value = source.value * self.factor + self.offset
        else:
            source.value = (target.value - self.offset) / self.factor


class Planner:
    def __init__(self) -> None:
        self.mark = 0

    def add(self, constraint: Constraint) -> None:
        self.mark += 1
        pushed = constraint
        while pushed is not None:
            output = pushed.choose(self.mark)
            if output is None:
                pushed.output = None
                return
            previous = output.determined_by
            if previous is not None:
                previous.output = None
            pushed.output, output.determined_by = output, pushed
            output.strength = max(
                [pushed.strength, *(variable.strength for variable in pushed.inputs())]
            )
            output.mark = self.mark
            pushed = previous

    def plan(self, start: Variable) -> list[Constraint]:
        self.mark += 1
        start.mark = self.mark
        steps, waiting = [], list(start.constraints)
        while waiting:
            constraint = waiting.pop()
            output = constraint.output
            if output is not None and output.mark != self.mark:
                if all(variable.mark == self.mark for variable in constraint.inputs()):
                    output.mark = self.mark
                    steps.append(constraint)
                    waiting.extend(other for other in output.constraints if other is not constraint)
        return steps


def run() -> str:
    planner = Planner()
    chain = [Variable(f"v{i}", 0.0) for i in range(120)]
    planner.add(Stay(STRONG, chain[0]))
    for i, (left, right) in enumerate(zip(chain, chain[1:])):
        if i % 3:
            planner.add(Equal(REQUIRED, left, right))
        else:
            planner.add(Scale(MEDIUM, left, right, 1.01, float(i)))
    total = 0.0
    for value in range(20):
        chain[0].value = float(value)
        for constraint in planner.plan(chain[0]):
            constraint.execute()
        total += chain[-1].value
    return f"{total:.6f}"
