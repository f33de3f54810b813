# What `cmake --install` writes: the library, its headers, the programs and the package files that
# find_package(grantledger) reads.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/grantledger")

install(TARGETS grantledger EXPORT grantledgerTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(TARGET ledger-apply)
  install(TARGETS ledger-apply ledger-demo ledger-dump RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(EXPORT grantledgerTargets NAMESPACE grantledger:: DESTINATION "${package_dir}")

configure_package_config_file(cmake/grantledgerConfig.cmake.in grantledgerConfig.cmake
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(grantledgerConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/grantledgerConfig.cmake"
  "${PROJECT_BINARY_DIR}/grantledgerConfigVersion.cmake"
  DESTINATION "${package_dir}")
