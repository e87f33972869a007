# Flags every target of the project shares, as one interface library.
add_library(ta_flags INTERFACE)
target_compile_definitions(ta_flags INTERFACE _GNU_SOURCE)
target_compile_options(ta_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
  -Wvla -Wwrite-strings -fno-common)
target_include_directories(ta_flags INTERFACE ${PROJECT_SOURCE_DIR})

if(TA_WERROR)
  target_compile_options(ta_flags INTERFACE -Werror)
endif()

if(TA_SANITIZE)
  target_compile_options(ta_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(ta_flags INTERFACE -fsanitize=address,undefined)
endif()

if(TA_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "TA_FUZZ needs clang: cmake --preset fuzz")
  endif()
  target_compile_options(ta_flags INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  target_link_options(ta_flags INTERFACE -fsanitize=address,undefined)
endif()

if(TA_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT ta_ipo LANGUAGES C)
  if(ta_ipo)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
endif()

# ta_library(NAME SOURCES...): a static library of one folder.
function(ta_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC ta_flags)
endfunction()
