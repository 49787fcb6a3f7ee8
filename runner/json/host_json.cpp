#include "runner/json/host_json.hpp"

#include "runner/json/json_archive.hpp"

namespace bulkhead {

template <class Archive>
void fields(Archive& archive, BuildFacts& build) {
  archive.unless_empty("version", build.version);
  archive.unless_empty("type", build.type);
  archive.unless_empty("compiler", build.compiler);
  archive.unless_empty("flags", build.flags);
  archive.unless_empty("sanitizers", build.sanitizers);
  archive.unless_empty("boost", build.boost);
  archive.unless_empty("fmt", build.fmt);
}

template <class Archive>
void fields(Archive& archive, Confines& confines) {
  archive.unless_empty("container", confines.container);
  archive.unless_empty("mitigations", confines.mitigations);
  archive("huge_pages", confines.huge_pages);
  archive("processes_limit", confines.processes_limit);
  archive("open_files_limit", confines.open_files_limit);
  archive("locked_memory_limit_bytes", confines.locked_memory_limit_bytes);
  archive("address_space_limit_bytes", confines.address_space_limit_bytes);
  archive("cgroup_pids_limit", confines.cgroup_pids_limit);
  archive("cgroup_memory_limit_bytes", confines.cgroup_memory_limit_bytes);
  archive.unless_empty("cgroup_cpu_limit_us", confines.cgroup_cpu_limit);
}

template <class Archive>
void fields(Archive& archive, HostFacts& host) {
  archive.unless_empty("cpu_model", host.cpu_model);
  archive("cpus_usable", host.cpus_usable);
  archive("cpus_online", host.cpus_online);
  archive("cores", host.cores);
  archive("sockets", host.sockets);
  archive("memory_bytes", host.memory_bytes);
  archive.unless_empty("kernel", host.kernel);
  archive.unless_empty("libc", host.libc);
  archive("virtual_machine", host.virtual_machine);
  archive.unless_empty("hardware_counters", host.hardware_counters);
  archive.unless_empty("frequency_governor", host.frequency_governor);
  archive("page_bytes", host.page_bytes);
  archive.unless_empty("transparent_huge_pages", host.transparent_huge_pages);
  archive("load_average_1min", host.load_average_1min);
  archive("confines", host.confines);
  archive("build", host.build);
}

Json to_json(const HostFacts& host) {
  HostFacts copy = host;
  JsonWriter writer;
  fields(writer, copy);
  return std::move(writer.json);
}

HostFacts host_facts_from_json(const Json& json) {
  if (!json.is_object()) json_damaged("the host is not an object");
  HostFacts host;
  JsonReader reader(json);
  fields(reader, host);
  return host;
}

}  // namespace bulkhead
