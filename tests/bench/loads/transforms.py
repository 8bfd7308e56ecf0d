"""Kernels of scientific programs: fast Fourier transform, relaxation of a grid, LU factors."""

import math


def fourier(real: list[float], imaginary: list[float]) -> None:
    size = len(real)
    j = 0
    for i in range(size - 1):
        if i < j:
            real[i], real[j] = real[j], real[i]
            imaginary[i], imaginary[j] = imaginary[j], imaginary[i]
        half = size >> 1
        while half <= j:
            j -= half
            half >>= 1
        j += half
    span = 1
    while span < size:
        angle = math.pi / span
        for offset in range(span):
            c, s = math.cos(angle * offset), math.sin(angle * offset)
            for i in range(offset, size, 2 * span):
                k = i + span
                x = c * real[k] - s * imaginary[k]
                y = c * imaginary[k] + s * real[k]
                real[k], imaginary[k] = real[i] - x, imaginary[i] - y
                real[i] += x
                imaginary[i] += y
        span *= 2


def relax(grid: list[list[float]], omega: float) -> None:
    quarter, rest = omega * 0.25, 1.0 - omega
    for i in range(1, len(grid) - 1):
        above, row, below = grid[i - 1], grid[i], grid[i + 1]
        for j in range(1, len(row) - 1):
            row[j] = quarter * (above[j] + below[j] + row[j - 1] + row[j + 1]) + rest * row[j]


def factors(matrix: list[list[float]]) -> float:
    size = len(matrix)
    determinant = 1.0
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(matrix[i][k]))
        if pivot != k:
            matrix[k], matrix[pivot] = matrix[pivot], matrix[k]
            determinant = -determinant
        determinant *= matrix[k][k]
        for i in range(k + 1, size):
            factor = matrix[i][k] / matrix[k][k]
            row, source = matrix[i], matrix[k]
            for j in range(k + 1, size):
                row[j] -= factor * source[j]
    return determinant


def run() -> str:
    real = [math.sin(i * 0.1) for i in range(512)]
    imaginary = [0.0] * 512
    fourier(real, imaginary)
    grid = [[float((i * j) % 7) for j in range(40)] for i in range(40)]
    for _ in range(4):
        relax(grid, 1.25)
    matrix = [[((i * 7 + j * 3) % 11) / 10 + (i == j) * 5 for j in range(24)] for i in range(24)]
    return f"{real[5]:.6f} {grid[20][20]:.6f} {factors(matrix):.4e}"
