#pragma once

#include <cstdint>
#include <string_view>

/// The character classes and small comparisons of RFC 9110, on views.
namespace demo::http {

/// Letters, digits and !#$%&'*+-.^_`|~ : what methods and field names are made of.
bool IsTokenChar(char c);
/// One or more token characters.
bool IsToken(std::string_view text);
/// What a field value may hold: visible ASCII, space, tab, and bytes above 0x7f.
bool IsFieldValue(std::string_view text);

bool IsDigit(char c);
char ToLower(char c);
/// `lower` must be in lower case already.
bool EqualsIgnoringCase(std::string_view text, std::string_view lower);
/// Without the spaces and tabs around it.
std::string_view TrimBlanks(std::string_view text);

/// Takes the next member off a comma-separated `list`, trimmed; empty members too, and of an empty list an empty one.
std::string_view TakeListMember(std::string_view& list);

}  // namespace demo::http
