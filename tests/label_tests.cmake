# Writes a file that gives each discovered test its Catch2 tags as CTest labels. A test tagged [serial]
# measures, so it also gets the machine to itself (RUN_SERIAL); one tagged [long] takes more than ten seconds
# beside others and is begun first.
#
# cmake -D LAUNCHER=... -D EXECUTABLE=... -D CATCH_VERSION=... -D OUTPUT=... -P label_tests.cmake
cmake_minimum_required(VERSION 3.25)

# ask(<variable> <argument>...): the lines that the test executable prints.
function(ask variable)
  execute_process(COMMAND ${LAUNCHER} ${EXECUTABLE} ${ARGN}
                  OUTPUT_VARIABLE answer RESULT_VARIABLE code)
  # The exit code is how many there are, or a text when a signal ended the program.
  if(NOT code MATCHES "^[0-9]+$")
    message(FATAL_ERROR "${EXECUTABLE} ${ARGN}: ${code}")
  endif()
  string(REPLACE "\n" ";" answer "${answer}")
  set(${variable} "${answer}" PARENT_SCOPE)
endfunction()

if(CATCH_VERSION VERSION_LESS 3)
  set(list_names --list-test-names-only)
else()
  set(list_names --list-tests --verbosity quiet)
endif()

ask(tag_lines --list-tags)
string(REGEX MATCHALL "\\[[^].!][^]]*\\]" tags "${tag_lines}")
set(tests "")
foreach(tag IN LISTS tags)
  string(REGEX REPLACE "^.(.*).$" "\\1" label "${tag}")
  # A specification shows hidden tests too, which CTest does not know.
  ask(names ${list_names} "${tag}~[.]")
  foreach(name IN LISTS names)
    if(NOT name STREQUAL "")
      list(APPEND tests "${name}")
      string(MD5 key "${name}")
      list(APPEND labels_of_${key} "${label}")
    endif()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES tests)

set(script "")
foreach(name IN LISTS tests)
  string(MD5 key "${name}")
  string(APPEND script "set_tests_properties([==[${name}]==] PROPERTIES"
                       " LABELS \"${labels_of_${key}}\"")
  if("serial" IN_LIST labels_of_${key})
    string(APPEND script " RUN_SERIAL TRUE")
  endif()
  if("long" IN_LIST labels_of_${key})
    # Begun last, it would run alone.
    string(APPEND script " COST 1000")
  endif()
  string(APPEND script ")\n")
endforeach()
file(WRITE "${OUTPUT}" "${script}")
