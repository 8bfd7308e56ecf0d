#pragma once

#include <algorithm>
#include <vector>

#include "views.h"

namespace blas {

/// What is multiplied in registers at a time: two rows by four SIMD vectors, whose sums, and the
/// operands, are as many registers as x86-64 has.
template <typename T>
struct Tile {
  using Lanes __attribute__((vector_size(16))) = T;
  static constexpr Index kLanes = 16 / sizeof(T);
  static constexpr Index kVectors = 4;
  static constexpr Index kRows = 2;
  static constexpr Index kColumns = kLanes * kVectors;
};

// Blocks of the right matrix that stay in the cache while all rows of the left one pass.
constexpr Index kDepth = 256;
constexpr Index kWidth = 512;

/// Copies a block of the right matrix so that each tile reads it in order; zeros behind its edge.
template <typename T>
void packRight(Matrix<const T> b, Index depth, Index width, T* packed) {
  constexpr Index kColumns = Tile<T>::kColumns;
  for (Index first = 0; first < width; first += kColumns) {
    const Index count = std::min(kColumns, width - first);
    for (Index k = 0; k < depth; k++, packed += kColumns) {
      for (Index j = 0; j < count; j++) packed[j] = b.at(k, first + j);
      std::fill(packed + count, packed + kColumns, T(0));
    }
  }
}

/// The same for some rows of the left matrix, times `alpha`.
template <typename T>
void packLeft(Matrix<const T> a, Index rows, Index depth, T alpha, T* packed) {
  for (Index k = 0; k < depth; k++) {
    for (Index i = 0; i < Tile<T>::kRows; i++) *packed++ = i < rows ? alpha * a.at(i, k) : T(0);
  }
}

/// Adds the product of two packed strips to a part of `c`, whose columns lie side by side.
template <typename T>
void addTile(const T* a, const T* b, Index depth, Matrix<T> c, Index rows, Index columns) {
  using Shape = Tile<T>;
  using Lanes = typename Shape::Lanes;
  Lanes sums[Shape::kRows][Shape::kVectors] = {};
  for (Index k = 0; k < depth; k++, a += Shape::kRows, b += Shape::kColumns) {
    const auto* right = reinterpret_cast<const Lanes*>(b);
#pragma clang loop unroll(full)
    for (Index i = 0; i < Shape::kRows; i++) {
      const Lanes left = a[i] - Lanes{};
#pragma clang loop unroll(full)
      for (Index v = 0; v < Shape::kVectors; v++) sums[i][v] += left * right[v];
    }
  }
  for (Index i = 0; i < rows; i++) {
    const auto* row = reinterpret_cast<const T*>(sums[i]);
    for (Index j = 0; j < columns; j++) c.at(i, j) += row[j];
  }
}

/// c += alpha * a * b, for a `c` whose columns lie side by side.
template <typename T>
void addProduct(Index m, Index n, Index k, T alpha, Matrix<const T> a, Matrix<const T> b,
                Matrix<T> c) {
  using Shape = Tile<T>;
  struct alignas(16) Chunk {
    T values[16 / sizeof(T)];
  };
  const Index widest = (std::min(n, kWidth) + Shape::kColumns - 1) / Shape::kColumns;
  const Index deepest = std::min(k, kDepth);
  std::vector<Chunk> right(static_cast<size_t>(widest * Shape::kVectors * deepest));
  std::vector<Chunk> left(
      static_cast<size_t>((Shape::kRows * deepest + Shape::kLanes - 1) / Shape::kLanes));
  T* const packedRight = right.empty() ? nullptr : right.data()->values;
  T* const packedLeft = left.empty() ? nullptr : left.data()->values;
  for (Index k0 = 0; k0 < k; k0 += kDepth) {
    const Index depth = std::min(kDepth, k - k0);
    for (Index n0 = 0; n0 < n; n0 += kWidth) {
      const Index width = std::min(kWidth, n - n0);
      packRight<T>({&b.at(k0, n0), b.rowStep, b.columnStep}, depth, width, packedRight);
      for (Index m0 = 0; m0 < m; m0 += Shape::kRows) {
        const Index rows = std::min(Shape::kRows, m - m0);
        packLeft<T>({&a.at(m0, k0), a.rowStep, a.columnStep}, rows, depth, alpha, packedLeft);
        const T* strip = packedRight;
        for (Index j = 0; j < width; j += Shape::kColumns, strip += depth * Shape::kColumns) {
          addTile<T>(packedLeft, strip, depth, {&c.at(m0, n0 + j), c.rowStep, 1}, rows,
                     std::min(Shape::kColumns, width - j));
        }
      }
    }
  }
}

}  // namespace blas
