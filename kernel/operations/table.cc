#include <array>

#include "kernel/operations/operation.h"

namespace krait {

namespace {

using wire::Op;

constexpr size_t kOps = 64;

constexpr std::array<OperationRow, kOps> makeRows() {
  std::array<OperationRow, kOps> rows{};
  auto add = [&](Op op, Operation run, bool needsTarget = true) {
    rows[static_cast<size_t>(op)] = {run, needsTarget};
  };
  add(Op::GET_ATTR, getAttr);
  add(Op::SET_ATTR, setAttr);
  add(Op::DEL_ATTR, delAttr);
  add(Op::HAS_ATTR, hasAttr);
  add(Op::DIR, dir);
  add(Op::CALL, call);
  add(Op::CALL_METHOD, callMethod);
  add(Op::GET_ITEM, getItem);
  add(Op::SET_ITEM, setItem);
  add(Op::DEL_ITEM, delItem);
  add(Op::CONTAINS, contains);
  add(Op::LENGTH, length);
  add(Op::TRUTH, truth);
  add(Op::ITER, iter);
  add(Op::NEXT, next);
  add(Op::NEXT_BATCH, nextBatch);
  add(Op::SEND, send);
  add(Op::THROW_INTO, throwInto);
  add(Op::CLOSE, close);
  add(Op::AITER, aiter);
  add(Op::ANEXT, anext);
  add(Op::AWAIT, await);
  add(Op::REPR, repr);
  add(Op::STR, str);
  add(Op::TYPE_NAME, typeName);
  add(Op::HASH, hash);
  add(Op::COMPARE, compare);
  add(Op::IS_INSTANCE, isInstance);
  add(Op::IDENTITY, identity);
  add(Op::TO_NATIVE, toNative);
  add(Op::GET_BUFFER, getBuffer);
  add(Op::RELEASE_BUFFER, releaseBuffer, false);
  add(Op::IMPORT_MODULE, importModule, false);
  add(Op::EVAL, eval, false);
  add(Op::EVAL_ASYNC, evalAsync, false);
  add(Op::FLAGS, flags);
  add(Op::STATS, stats, false);
  add(Op::FROM_GRAPH, fromGraph, false);
  add(Op::GET_MEMBER, getMember);
  add(Op::CALL_MEMBER, callMember);
  add(Op::SET_MEMBER, setMember);
  add(Op::DEL_MEMBER, delMember);
  return rows;
}

constexpr auto kRows = makeRows();

}  // namespace

OperationRow operationOf(wire::Op op) {
  const auto row = static_cast<size_t>(op);
  return row < kRows.size() ? kRows[row] : OperationRow{};
}

}  // namespace krait
