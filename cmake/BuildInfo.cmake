# Gives demo_base the version, the build type and the git commit. The commit is looked up at each build, since a commit
# changes no source; the header is rewritten only when it changed, so nothing is compiled for nothing.
# A build outside a checkout (an image's) names it with the environment variable DEMO_GIT_COMMIT.
if(CMAKE_SCRIPT_MODE_FILE)
  set(commit "$ENV{DEMO_GIT_COMMIT}")
  if(commit STREQUAL "")
    execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=* WORKING_DIRECTORY ${SOURCE_DIR}
                    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  if(NOT commit MATCHES "^[0-9A-Za-z._-]+$")
    set(commit "unknown")
  endif()
  file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define DEMO_GIT_COMMIT \"${commit}\"\n")
  return()
endif()

set(commit_header ${CMAKE_BINARY_DIR}/generated/base/git_commit.h)
add_custom_target(git_commit
                  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DHEADER=${commit_header}
                          -P ${CMAKE_SOURCE_DIR}/cmake/BuildInfo.cmake
                  BYPRODUCTS ${commit_header})
add_dependencies(demo_base git_commit)
target_include_directories(demo_base PRIVATE ${CMAKE_BINARY_DIR}/generated)
set_source_files_properties(src/base/build_info.cpp PROPERTIES COMPILE_DEFINITIONS
                            "DEMO_VERSION=\"${PROJECT_VERSION}\";DEMO_BUILD_TYPE=\"${CMAKE_BUILD_TYPE}\"")
