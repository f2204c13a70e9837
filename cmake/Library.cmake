# SPDX-License-Identifier: GPL-2.0-or-later
# libipip, for other programs: the sources of the core once more, shared. The command and the plugin don't use it: they hold the core
# themselves, so that the linker optimises across both.
include(CMakePackageConfigHelpers)

configure_file(${PROJECT_SOURCE_DIR}/cmake/libipip.map.in generated/libipip.map @ONLY)
file(RELATIVE_PATH IPIP_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/ipip.pc.in generated/ipip.pc @ONLY)
write_basic_package_version_file(generated/ipip-config-version.cmake COMPATIBILITY SameMinorVersion)

get_target_property(sources ipip_core SOURCES)
add_library(ipip_library SHARED ${sources})
add_dependencies(ipip_library ipip_core) # both hold what is generated
target_include_directories(ipip_library PRIVATE
  ${PROJECT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/generated)
target_link_libraries(ipip_library PRIVATE ipip_warnings)
target_compile_options(ipip_library PRIVATE -fno-semantic-interposition)
target_link_options(ipip_library PRIVATE LINKER:--version-script=${CMAKE_CURRENT_BINARY_DIR}/generated/libipip.map)
set_target_properties(ipip_library PROPERTIES
  OUTPUT_NAME ipip
  EXPORT_NAME ipip
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/generated/libipip.map)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/ipip)
install(TARGETS ipip_library EXPORT ipip
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ipip DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/generated/ipip.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/generated/ipip-config-version.cmake DESTINATION ${package} COMPONENT development)
install(EXPORT ipip NAMESPACE ipip:: FILE ipip-config.cmake DESTINATION ${package} COMPONENT development)
