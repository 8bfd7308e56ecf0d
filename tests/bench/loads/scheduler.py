"""A simulated operating system: tasks of several kinds pass packets through queues (method calls, attributes)."""


class Packet:
    def __init__(self, link, owner, kind):
        self.link, self.owner, self.kind, self.datum = link, owner, kind, 0
        self.data = [0] * 4

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, system, identity, priority, queue):
        self.system, self.identity, self.priority, self.queue = system, identity, priority, queue
        self.is_waiting, self.is_held = queue is None, False
        system.tasks[identity] = self
        system.order.append(self)
        system.order.sort(key=lambda task: -task.priority)

    def take(self):
        packet = self.queue
        if packet is not None:
            self.queue = packet.link
            self.is_waiting = self.queue is None
        return packet

    def receive(self, packet):
        self.queue = packet.append_to(self.queue)
        self.is_waiting = False

    def is_ready(self):
        return not self.is_held and not self.is_waiting

    def step(self):
        raise NotImplementedError


class Idle(Task):
    def __init__(self, system, count):
        super().__init__(system, 0, 0, None)
        self.is_waiting, self.control, self.count = False, 1, count

    def step(self):
        self.count -= 1
        if self.count == 0:
            self.is_held = True
        elif self.control & 1:
            self.control = self.control // 2 ^ 0xD008
            self.system.release(5)
        else:
            self.control //= 2
            self.system.release(4)


class Worker(Task):
    letters, target = 0, 2

    def step(self):
        packet = self.take()
        if packet is None:
            return
        self.target = 3 if self.target == 2 else 2
        packet.owner, packet.datum = self.target, 0
        for i in range(4):
            self.letters = self.letters % 26 + 1
            packet.data[i] = 64 + self.letters
        self.system.send(self.target, packet)


class Handler(Task):
    work = None
    device = None

    def step(self):
        packet = self.take()
        if packet is not None:
            if packet.kind == "work":
                self.work = packet.append_to(self.work)
            else:
                self.device = packet.append_to(self.device)
        work = self.work
        if work is None:
            return
        if work.datum >= 4:
            self.work = work.link
            self.system.send(1, work)
        elif self.device is not None:
            device, self.device = self.device, self.device.link
            device.datum = work.data[work.datum]
            work.datum += 1
            self.system.send(device.owner, device)
        else:
            return
        self.is_waiting = (
            False if self.work is not None and self.device is not None else self.queue is None
        )


class Device(Task):
    pending = None

    def step(self):
        packet = self.take()
        if packet is not None:
            self.pending = packet
            self.is_held = True
        elif self.pending is not None:
            packet, self.pending = self.pending, None
            self.system.send(packet.owner, packet, returned_by=self.identity)
            self.is_waiting = self.queue is None


class System:
    def __init__(self):
        self.tasks, self.order, self.sent, self.held = {}, [], 0, 0

    def release(self, identity):
        task = self.tasks[identity]
        if task.is_held:
            self.held += 1
            task.is_held, task.is_waiting = False, False

    def send(self, identity, packet, returned_by=None):
        self.sent += 1
        packet.owner = returned_by if returned_by is not None else packet.owner
        if packet.kind == "device" and returned_by is None:
            identity = packet.owner
            packet.owner = 2 if identity == 4 else 3
        elif packet.kind == "device":
            identity = 2 if returned_by == 4 else 3
        self.tasks[identity].receive(packet)

    def schedule(self):
        while True:
            for task in self.order:
                if task.is_ready():
                    task.step()
                    break
            else:
                return


def run() -> str:
    system = System()
    Idle(system, 1500)
    work = Packet(Packet(None, 0, "work"), 0, "work")
    Worker(system, 1, 1000, work)
    for identity, device in ((2, 4), (3, 5)):
        queue = None
        for _ in range(3):
            queue = Packet(queue, device, "device")
        Handler(system, identity, 2000 + identity, queue)
    Device(system, 4, 4000, None)
    Device(system, 5, 5000, None)
    system.schedule()
    return f"{system.sent} {system.held}"
