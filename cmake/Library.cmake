# SPDX-License-Identifier: GPL-2.0-or-later
# libipip, for other programs: the sources of the core once more, shared and static. The command and the plugin don't use it: they hold the core
# themselves, so that the linker optimises across both.
include(CMakePackageConfigHelpers)

configure_file(${PROJECT_SOURCE_DIR}/cmake/libipip.map.in generated/libipip.map @ONLY)
file(RELATIVE_PATH IPIP_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/ipip.pc.in generated/ipip.pc @ONLY)
write_basic_package_version_file(generated/ipip-config-version.cmake COMPATIBILITY SameMinorVersion)

get_target_property(sources ipip_core SOURCES)
add_library(ipip_objects OBJECT ${sources})
add_dependencies(ipip_objects ipip_core) # both hold what is generated
target_include_directories(ipip_objects PRIVATE
  ${PROJECT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/generated)
target_link_libraries(ipip_objects PRIVATE ipip_warnings)
target_compile_options(ipip_objects PRIVATE -fno-semantic-interposition)
# clang-tidy reads each source once, in the core.
set_target_properties(ipip_objects PROPERTIES POSITION_INDEPENDENT_CODE ON EXPORT_COMPILE_COMMANDS OFF)
if(CMAKE_C_COMPILER_ID STREQUAL GNU AND CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  target_compile_options(ipip_objects PRIVATE -ffat-lto-objects) # what is static is linked by whatever linker
else()
  set_target_properties(ipip_objects PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
endif()

add_library(ipip_library SHARED $<TARGET_OBJECTS:ipip_objects>)
target_link_options(ipip_library PRIVATE LINKER:--version-script=${CMAKE_CURRENT_BINARY_DIR}/generated/libipip.map)
set_target_properties(ipip_library PROPERTIES
  OUTPUT_NAME ipip
  EXPORT_NAME ipip
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/generated/libipip.map)

# One object, in which the functions of include/ipip alone are global: names inside can't clash with a program's.
set(object ${CMAKE_CURRENT_BINARY_DIR}/generated/ipip.o)
add_custom_command(OUTPUT ${object}
  COMMAND ${CMAKE_LINKER} -r -o ${object} $<TARGET_OBJECTS:ipip_objects>
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=ipip_* -R .gnu.lto_* -R .gnu.debuglto_* ${object}
  DEPENDS ipip_objects $<TARGET_OBJECTS:ipip_objects>
  COMMAND_EXPAND_LISTS VERBATIM)
set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
add_library(ipip_static STATIC ${object})
set_target_properties(ipip_static PROPERTIES OUTPUT_NAME ipip EXPORT_NAME ipip_static LINKER_LANGUAGE C INTERPROCEDURAL_OPTIMIZATION OFF)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/ipip)
install(TARGETS ipip_library EXPORT ipip
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS ipip_static EXPORT ipip
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ipip DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/generated/ipip.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/generated/ipip-config-version.cmake DESTINATION ${package} COMPONENT development)
install(EXPORT ipip NAMESPACE ipip:: FILE ipip-config.cmake DESTINATION ${package} COMPONENT development)
