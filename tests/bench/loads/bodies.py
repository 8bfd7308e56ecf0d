"""Floating-point arithmetic over small objects: five bodies under gravity, leapfrog steps."""


class Body:
    __slots__ = ("x", "y", "z", "vx", "vy", "vz", "mass")

    def __init__(self, x: float, y: float, z: float, mass: float) -> None:
        self.x, self.y, self.z, self.mass = x, y, z, mass
        self.vx, self.vy, self.vz = -y * 0.1, x * 0.1, 0.0


def step(bodies: list[Body], dt: float) -> None:
    for i, a in enumerate(bodies):
        for b in bodies[i + 1 :]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            pull = dt / ((dx * dx + dy * dy + dz * dz + 0.01) ** 1.5)
            a.vx -= dx * b.mass * pull
            a.vy -= dy * b.mass * pull
            a.vz -= dz * b.mass * pull
            b.vx += dx * a.mass * pull
            b.vy += dy * a.mass * pull
            b.vz += dz * a.mass * pull
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


def run() -> float:
    bodies = [Body(1.0 + i, 0.5 * i, 0.1 * i, 1.0 / (1 + i)) for i in range(5)]
    for _ in range(1200):
        step(bodies, 0.001)
    return bodies[0].x
