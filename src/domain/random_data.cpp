#include "domain/random_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>

namespace demo {
namespace {

struct Culture {
  std::array<std::string_view, 8> given;
  std::array<std::string_view, 8> family;
};

constexpr Culture kFrench{{"Camille", "Léa", "Chloé", "Hugo", "Louis", "Zoé", "Mathéo", "Inès"},
                          {"Dubois", "Lefèvre", "Moreau", "Fournier", "Lambert", "Rousseau", "Garnier", "Noël"}};
constexpr Culture kDutch{{"Emma", "Sanne", "Daan", "Lotte", "Bram", "Fleur", "Thijs", "Jasmijn"},
                         {"Peeters", "Janssens", "De Vries", "Maes", "Bakker", "Visser", "Claes", "Willems"}};
constexpr Culture kGerman{{"Lena", "Jürgen", "Mia", "Felix", "Käthe", "Jonas", "Anneliese", "Moritz"},
                          {"Müller", "Schmidt", "Weiß", "Schäfer", "Wagner", "Köhler", "Bauer", "Vogel"}};
constexpr Culture kSpanish{{"Lucía", "Mateo", "Sofía", "Íñigo", "Valentina", "José", "Carmen", "Andrés"},
                           {"García", "Fernández", "Núñez", "Ibáñez", "Romero", "Castillo", "Vega", "Ortiz"}};
constexpr Culture kItalian{{"Giulia", "Leonardo", "Chiara", "Matteo", "Sofia", "Niccolò", "Aurora", "Davide"},
                           {"Rossi", "Ferrari", "Esposito", "Colombo", "Ricci", "Marino", "Greco", "Conti"}};
constexpr Culture kPortuguese{{"Beatriz", "João", "Inês", "Tiago", "Conceição", "Rafael", "Matilde", "Gonçalo"},
                              {"Silva", "Santos", "Araújo", "Oliveira", "Gonçalves", "Sousa", "Magalhães", "Pinto"}};
constexpr Culture kEnglish{{"Olivia", "Jack", "Amelia", "Harry", "Grace", "Noah", "Isla", "Theo"},
                           {"Smith", "Taylor", "O'Connor", "Walker", "Hughes", "Bennett", "Clarke", "Reid"}};
constexpr Culture kNordic{{"Freja", "Søren", "Astrid", "Åsa", "Lars", "Ingrid", "Björn", "Maja"},
                          {"Nielsen", "Åkesson", "Hansen", "Lindqvist", "Øvergård", "Berg", "Holm", "Dahl"}};
constexpr Culture kPolish{{"Zofia", "Łukasz", "Hanna", "Jakub", "Małgorzata", "Piotr", "Oliwia", "Wojciech"},
                          {"Nowak", "Wiśniewski", "Zieliński", "Kamińska", "Wójcik", "Mazur", "Dąbrowska", "Król"}};
constexpr Culture kGreek{{"Ελένη", "Γιώργος", "Μαρία", "Νίκος", "Σοφία", "Δημήτρης", "Κατερίνα", "Ανδρέας"},
                         {"Παππάς", "Οικονόμου", "Νικολάου", "Βασιλείου", "Γεωργίου", "Ιωάννου", "Μακρής", "Δήμου"}};
constexpr Culture kArabic{{"Yasmine", "Omar", "Leïla", "Youssef", "Salma", "Karim", "Nour", "Hamza"},
                          {"Benali", "El Amrani", "Haddad", "Mansour", "Bouzid", "Khalil", "Saïdi", "Rahmani"}};
constexpr Culture kJapanese{{"陽菜", "蓮", "結衣", "湊", "葵", "大翔", "さくら", "悠真"},
                            {"佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"}};
constexpr Culture kIndian{{"Aarav", "Priya", "Vihaan", "Ananya", "Rohan", "Diya", "Arjun", "Meera"},
                          {"Sharma", "Patel", "Iyer", "Reddy", "Singh", "Das", "Nair", "Gupta"}};

struct Country {
  std::string_view name;
  const Culture* culture;
  unsigned weight;  ///< How many of a thousand users or so live there.
};

constexpr std::array kCountries = std::to_array<Country>({
    {"France", &kFrench, 150},         {"Belgium", &kDutch, 130},        {"Germany", &kGerman, 110},
    {"Spain", &kSpanish, 80},          {"Italy", &kItalian, 75},         {"Netherlands", &kDutch, 60},
    {"United Kingdom", &kEnglish, 60}, {"Luxembourg", &kFrench, 40},     {"Switzerland", &kGerman, 35},
    {"Portugal", &kPortuguese, 30},    {"Austria", &kGerman, 25},        {"Ireland", &kEnglish, 22},
    {"Poland", &kPolish, 22},          {"Sweden", &kNordic, 18},         {"Denmark", &kNordic, 16},
    {"Norway", &kNordic, 14},          {"Finland", &kNordic, 12},        {"Greece", &kGreek, 12},
    {"Morocco", &kArabic, 12},         {"Tunisia", &kArabic, 9},         {"Lebanon", &kArabic, 7},
    {"Canada", &kFrench, 14},          {"United States", &kEnglish, 20}, {"Mexico", &kSpanish, 9},
    {"Brazil", &kPortuguese, 12},      {"Argentina", &kSpanish, 7},      {"Côte d'Ivoire", &kFrench, 6},
    {"Senegal", &kFrench, 6},          {"Japan", &kJapanese, 9},         {"India", &kIndian, 11},
    {"Australia", &kEnglish, 8},       {"New Zealand", &kEnglish, 4},
});

constexpr std::array<std::string_view, 6> kMailDomains = {"example.org",  "example.com",  "example.net",
                                                          "mail.example", "post.example", "courrier.example"};

constexpr unsigned TotalWeight() {
  unsigned sum = 0;
  for (const Country& country : kCountries) sum += country.weight;
  return sum;
}

const Country& PickCountry(Random& random) {
  auto left = static_cast<unsigned>(random.Below(TotalWeight()));
  std::size_t i = 0;
  for (; left >= kCountries[i].weight; ++i) left -= kCountries[i].weight;
  return kCountries[i];
}

/// A letter beyond ASCII as passports write it in the machine-readable zone (ICAO Doc 9303, part 3, section 6), and as
/// it is without its accent where that leaves the plain letter.
struct Letter {
  std::string_view accented;
  std::string_view plain;
};

constexpr std::array kLetters = std::to_array<Letter>({
    {"á", "a"},  {"à", "a"}, {"ã", "a"},  {"ä", "ae"}, {"å", "aa"}, {"Å", "aa"}, {"ą", "a"},  {"ç", "c"},
    {"é", "e"},  {"è", "e"}, {"ê", "e"},  {"ë", "e"},  {"í", "i"},  {"ï", "i"},  {"Í", "i"},  {"Ł", "l"},
    {"ł", "l"},  {"ñ", "n"}, {"ń", "n"},  {"ó", "o"},  {"ò", "o"},  {"õ", "o"},  {"ö", "oe"}, {"ø", "oe"},
    {"Ø", "oe"}, {"ś", "s"}, {"ß", "ss"}, {"ú", "u"},  {"ü", "ue"},
});

/// The letters of `text` in lower-case ASCII; empty where it has none, as in Greek.
std::string MailPart(std::string_view text) {
  std::string part;
  while (!text.empty()) {
    const char c = text.front();
    const auto letter = std::ranges::find_if(kLetters, [&](const auto& l) { return text.starts_with(l.accented); });
    if (letter != kLetters.end()) {
      part += letter->plain;
      text.remove_prefix(letter->accented.size());
      continue;
    }
    if (c >= 'A' && c <= 'Z') part += static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') part += c;
    text.remove_prefix(1);
  }
  return part;
}

}  // namespace

NewUser MakeRandomUser(Random& random) {
  const Country& country = PickCountry(random);
  const std::string_view given = country.culture->given[random.Below(country.culture->given.size())];
  const std::string_view family = country.culture->family[random.Below(country.culture->family.size())];
  const std::string_view domain = kMailDomains[random.Below(kMailDomains.size())];
  std::string mailbox = MailPart(given) + "." + MailPart(family);
  if (mailbox.size() < 4) mailbox = "customer";
  return {.name = fmt::format("{} {}", given, family),
          .email = fmt::format("{}{}@{}", mailbox, random.Below(100'000), domain),
          .country = std::string(country.name)};
}

Money MakeRandomAmount(Random& random) {
  // The product of two even numbers is skewed as spending is, and unlike a power exact on every machine.
  constexpr std::uint64_t kRange = 50'000;
  const std::uint64_t even = random.Below(kRange);
  return Money::FromCents(100 + static_cast<std::int64_t>(even * random.Below(kRange) / kRange));
}

Random NewRandom() {
  std::random_device device;
  return Random((std::uint64_t{device()} << 32) | device());
}

}  // namespace demo
