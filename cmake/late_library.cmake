# ta_late_library(TARGET PREFIX NAME): TARGET uses lib<NAME>, found by pkg-config as PREFIX,
# but opens it at run time (analyzer/base/late_library.h). It gets the headers and PREFIX_SONAME,
# the name under which the dynamic linker knows the library those headers belong to.
function(ta_late_library target prefix name)
  find_library(TA_${prefix}_PATH NAMES ${name} HINTS ${${prefix}_LIBRARY_DIRS} REQUIRED)
  execute_process(COMMAND ${CMAKE_READELF} -d ${TA_${prefix}_PATH} OUTPUT_VARIABLE dynamic)
  if(NOT dynamic MATCHES "soname: \\[([^]]+)\\]")
    message(FATAL_ERROR "${TA_${prefix}_PATH} has no soname: is there only a static lib${name}?")
  endif()
  target_compile_definitions(${target} PRIVATE ${prefix}_SONAME="${CMAKE_MATCH_1}")
  target_include_directories(${target} SYSTEM PUBLIC ${${prefix}_INCLUDE_DIRS})
endfunction()
