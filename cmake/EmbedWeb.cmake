# demo_embed_web(TARGET) puts every file of web/ into TARGET as it is: the assembler's .incbin needs no generator program
# and no generated C++. src/http/pages/assets.cpp reads the table `demo_web_files`.
function(demo_embed_web target)
  set(root ${CMAKE_SOURCE_DIR}/web)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${root} ${root}/*.css ${root}/*.js ${root}/*.json ${root}/*.svg
       ${root}/*.mustache)
  list(LENGTH files count)
  set(bytes "")
  set(table "")
  set(depends "")
  set(index 0)
  foreach(file IN LISTS files)
    string(APPEND bytes "name_${index}: .asciz \"${file}\"\n"
                        "data_${index}: .incbin \"${root}/${file}\"\nend_${index}: .byte 0\n")
    string(APPEND table ".quad name_${index}, data_${index}, end_${index} - data_${index}\n")
    list(APPEND depends ${root}/${file})
    math(EXPR index "${index} + 1")
  endforeach()

  set(source ${CMAKE_BINARY_DIR}/generated/web.S)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
".section .rodata
@bytes@
.section .data.rel.ro, \"aw\"
.balign 8
.globl demo_web_files
demo_web_files:
@table@
.globl demo_web_file_count
demo_web_file_count: .quad @count@
.section .note.GNU-stack, \"\", %progbits
")
  # ccache would miss a change of what .incbin reads: it sees this source alone.
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${depends}")
  set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS "-Wa,--noexecstack")
  target_sources(${target} PRIVATE ${source})
endfunction()
