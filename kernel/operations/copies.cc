#include "kernel/graph.h"
#include "kernel/operations/operation.h"

namespace krait {

Result<Outcome> toNative(Operands& operands) {
  auto depth = operands.arguments.integer();
  if (!depth) return depth.error();
  auto graph = std::make_unique<GraphReply>();
  auto records = writeGraph(operands.target, *depth, operands.conversion, &graph->alive);
  if (!records) return records.error();
  graph->records = std::move(*records);
  return Outcome{{}, wire::Status::RETURNED, std::move(graph)};
}

Result<Outcome> fromGraph(Operands& operands) {
  auto value = operands.arguments.next();
  if (!value) return value.error();
  return Outcome{std::move(*value)};
}

}  // namespace krait
