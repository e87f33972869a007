# cmake -DSCRIPT=... -DSTYLE=... -DBODY=... -DOUTPUT=... -P embed_page.cmake
#
# Writes a C file with the parts of the HTML report as arrays, and with the SHA-256 of
# script and style in base64: the page's content-security policy allows just these two.

set(digits ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)

function(hash_base64 path ret)
  file(SHA256 ${path} hex)
  # 32 bytes: ten groups of three and one of two, filled up with a zero byte.
  string(APPEND hex 00)
  set(text "")
  foreach(group RANGE 10)
    math(EXPR at "${group} * 6")
    string(SUBSTRING ${hex} ${at} 6 three)
    foreach(shift 18 12 6 0)
      math(EXPR digit "(0x${three} >> ${shift}) & 63")
      string(SUBSTRING ${digits} ${digit} 1 character)
      string(APPEND text ${character})
    endforeach()
  endforeach()
  string(SUBSTRING ${text} 0 43 text)
  set(${ret} "${text}=" PARENT_SCOPE)
endfunction()

function(append_array name path)
  file(READ ${path} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  file(SIZE ${path} size)
  file(APPEND ${OUTPUT}.new
    "const unsigned char ${name}[] = {\n${hex}\n};\nconst size_t ${name}_size = ${size};\n")
endfunction()

hash_base64(${SCRIPT} script_hash)
hash_base64(${STYLE} style_hash)
file(WRITE ${OUTPUT}.new "#include \"render/html_assets.h\"\n\n")
append_array(html_script ${SCRIPT})
append_array(html_style ${STYLE})
append_array(html_body ${BODY})
file(APPEND ${OUTPUT}.new
  "const char html_script_hash[] = \"${script_hash}\";\nconst char html_style_hash[] = \"${style_hash}\";\n")
file(RENAME ${OUTPUT}.new ${OUTPUT})
