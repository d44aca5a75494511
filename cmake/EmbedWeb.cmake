# demo_embed_web(TARGET) puts every file of web/ into TARGET as it is, and the files of web/script/ one after the other as
# app.js: the assembler's .incbin needs no generator program and no generated C++. src/http/pages/assets.cpp reads the
# table `kDemoWebFiles`.
function(demo_embed_web target)
  set(root ${CMAKE_SOURCE_DIR}/web)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${root} ${root}/*.css ${root}/*.json ${root}/*.svg
       ${root}/*.mustache)
  file(GLOB scripts CONFIGURE_DEPENDS ${root}/script/*.js)
  list(JOIN scripts "\"\n.incbin \"" script_list)
  set(bytes "name_0: .asciz \"app.js\"\ndata_0: .incbin \"${script_list}\"\nend_0: .byte 0\n")
  set(table ".quad name_0, data_0, end_0 - data_0\n")
  set(depends ${scripts})
  set(index 1)
  foreach(file IN LISTS files)
    string(APPEND bytes "name_${index}: .asciz \"${file}\"\n"
                        "data_${index}: .incbin \"${root}/${file}\"\nend_${index}: .byte 0\n")
    string(APPEND table ".quad name_${index}, data_${index}, end_${index} - data_${index}\n")
    list(APPEND depends ${root}/${file})
    math(EXPR index "${index} + 1")
  endforeach()
  set(count ${index})

  set(source ${CMAKE_BINARY_DIR}/generated/web.S)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
".section .rodata
@bytes@
.section .data.rel.ro, \"aw\"
.balign 8
.globl kDemoWebFiles
kDemoWebFiles:
@table@
.globl kDemoWebFileCount
kDemoWebFileCount: .quad @count@
.section .note.GNU-stack, \"\", %progbits
")
  # ccache would miss a change of what .incbin reads: it sees this source alone.
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${depends}")
  set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS "-Wa,--noexecstack")
  target_sources(${target} PRIVATE ${source})
endfunction()
