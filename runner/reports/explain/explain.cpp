#include "runner/reports/explain/explain.hpp"

#include "runner/reports/explain/sentences.hpp"

namespace bulkhead {

std::vector<std::string> explain(const Summary& summary) {
  std::vector<std::string> sentences;
  // Memory comes last but for the caution, since it is what can best be read off the table.
  for (std::optional<std::string> (*sentence)(const Summary&) :
       {speed_sentence, fault_free_state_sentence, fault_sentence, fault_state_sentence,
        memory_sentence}) {
    if (auto text = sentence(summary)) sentences.push_back(std::move(*text));
  }
  if (auto caution = caution_sentence(summary)) {
    if (sentences.size() == most_sentences) sentences.pop_back();
    sentences.push_back(std::move(*caution));
  }
  return sentences;
}

}  // namespace bulkhead
