# grantledger_flags: the warnings and sanitizers that the presets choose, for our own targets only.
add_library(grantledger_flags INTERFACE)
target_compile_options(grantledger_flags INTERFACE ${GRANTLEDGER_WARNINGS})
# In units of this size gcc spends a tenth of its time on collecting garbage, for a fifth of memory.
target_compile_options(grantledger_flags INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1048576>)
if(GRANTLEDGER_SANITIZERS)
  target_compile_options(grantledger_flags INTERFACE
    -fsanitize=${GRANTLEDGER_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(grantledger_flags INTERFACE -fsanitize=${GRANTLEDGER_SANITIZERS})
  target_compile_definitions(grantledger_flags INTERFACE GRANTLEDGER_SANITIZED)
endif()

find_program(GRANTLEDGER_CCACHE ccache)
mark_as_advanced(GRANTLEDGER_CCACHE)
if(PROJECT_IS_TOP_LEVEL AND GRANTLEDGER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache's manual, "Precompiled headers", asks for these and for the options of the compilers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "${GRANTLEDGER_CCACHE}")
  if(GRANTLEDGER_PCH)
    target_compile_options(grantledger_flags INTERFACE
      $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
      "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
endif()
