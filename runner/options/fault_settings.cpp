#include "runner/options/fault_settings.hpp"

#include <cassert>

#include "runner/options/option_schema.hpp"

namespace bulkhead {

ParameterValues default_settings(const FaultEntry& fault) {
  ParameterValues values;
  for (const Parameter& parameter : fault.parameters) {
    const Checked<OptionValue> value =
        check_value(parameter_option(parameter, ""), parameter.default_text);
    assert(value.ok() && "the default of a parameter is a good value of it");
    if (parameter.kind == ParameterKind::choice) {
      values.set(parameter.name, value.value->text);
    } else {
      values.set(parameter.name, value.value->number);
    }
  }
  return values;
}

}  // namespace bulkhead
