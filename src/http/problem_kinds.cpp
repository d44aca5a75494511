#include <array>

#include "http/problem.h"

namespace demo::http {
namespace {

// The explanations are HTML text: no "<" and no "&".
constexpr std::array kKinds = {
    ProblemKind{
        400, "bad-request", "The request cannot be read",
        "The request is not well formed: its framing, its encoding or its JSON is broken. Sending the same bytes "
        "again cannot succeed. The detail says what was wrong and where.",
        "La requête est illisible",
        "La requête est mal formée : sa structure, son encodage ou son JSON est incorrect. Renvoyer les mêmes "
        "octets ne peut pas réussir. Le détail dit ce qui était faux, et où."},
    ProblemKind{
        400, "no-users", "There is no user yet",
        "An order belongs to a user, and the store has none. Load the sample data or add a user, then try again.",
        "Il n'y a encore aucun utilisateur",
        "Une commande appartient à un utilisateur, et le stockage n'en a aucun. Chargez les données d'exemple "
        "ou ajoutez un utilisateur, puis réessayez."},
    ProblemKind{
        401, "unauthorized", "The admin token is needed",
        "This request destroys or replaces data, and this server protects such requests. Send the header "
        "“Authorization: Bearer TOKEN”, with the token that the server was started with (ADMIN_TOKEN or "
        "ADMIN_TOKEN_FILE); whoever runs the server has it.",
        "Le jeton d'administration est requis",
        "Cette requête détruit ou remplace des données, et ce serveur protège de telles requêtes. Envoyez "
        "l'en-tête « Authorization: Bearer JETON », avec le jeton donné au serveur à son démarrage (ADMIN_TOKEN ou "
        "ADMIN_TOKEN_FILE) ; la personne qui gère le serveur le possède."},
    ProblemKind{
        403, "forbidden", "Another site may not change data here",
        "A page of another origin asked a browser to send this request. Requests that change data are accepted "
        "from this server's own pages and from programs, so that no other site can act in your name. Where this was "
        "an own page, a proxy hides its address: the proxy must pass on “Host” or set “X-Forwarded-Host”.",
        "Un autre site ne peut pas modifier les données d'ici",
        "Une page d'une autre origine a fait envoyer cette requête par un navigateur. Les requêtes qui modifient "
        "des données sont acceptées depuis les pages de ce serveur et depuis des programmes, afin qu'aucun autre "
        "site n'agisse en votre nom. Si la page était bien d'ici, un proxy cache son adresse : il doit transmettre "
        "« Host » ou renseigner « X-Forwarded-Host »."},
    ProblemKind{404, "not-found", "There is nothing here",
                "No such page exists, or the user, order or cursor that the address names does not exist (any more).",
                "Il n'y a rien ici",
                "Cette page n'existe pas, ou l'utilisateur, la commande ou le curseur que nomme l'adresse n'existe pas "
                "(ou plus)."},
    ProblemKind{405, "method-not-allowed", "The method is not for this address",
                "The address exists, but not for this method. The header “Allow” lists those that it takes.",
                "Cette adresse n'accepte pas cette méthode",
                "L'adresse existe, mais pas pour cette méthode. L'en-tête « Allow » énumère celles qu'elle accepte."},
    ProblemKind{
        408, "request-timeout", "The request came too slowly",
        "The rest of the request did not arrive in time, and the connection was closed. Send it again, whole.",
        "La requête est arrivée trop lentement",
        "Le reste de la requête n'est pas arrivé à temps, et la connexion a été fermée. Renvoyez-la en entier."},
    ProblemKind{
        409, "conflict", "Something else came first",
        "What was to be created exists already, or another change came between: all data were cleared, for example, "
        "after the request with this Idempotency-Key had been done. Read the present state, then decide again.",
        "Autre chose est arrivé avant",
        "Ce qu'il fallait créer existe déjà, ou une autre modification s'est intercalée : toutes les données ont été "
        "effacées, par exemple, après que la requête portant cette Idempotency-Key a été exécutée. Lisez l'état "
        "présent, puis décidez à nouveau."},
    ProblemKind{
        412, "precondition-failed", "What was there is not what you asked for",
        "“If-Match” or “If-None-Match” made the change depend on what this address shows, and it shows something "
        "else. Nothing was changed. Read the present state, then decide again.",
        "Ce qui s'y trouve n'est pas ce que vous demandiez",
        "« If-Match » ou « If-None-Match » faisait dépendre la modification de ce que montre cette adresse, et elle "
        "montre autre chose. Rien n'a été modifié. Lisez l'état présent, puis décidez à nouveau."},
    ProblemKind{413, "content-too-large", "The body is too large",
                "A body may have 1 MiB. It was not read, and nothing was changed.", "Le corps est trop grand",
                "Un corps peut faire 1 Mio. Il n'a pas été lu, et rien n'a été modifié."},
    ProblemKind{414, "uri-too-long", "The address is too long", "A request line may have 8 KiB.",
                "L'adresse est trop longue", "Une ligne de requête peut faire 8 Kio."},
    ProblemKind{
        415, "unsupported-media-type", "The body is not plain JSON",
        "A body must be JSON in UTF-8, not compressed, and say so: “Content-Type: application/json”. The headers "
        "“Accept” and “Accept-Encoding” of the answer name what is taken.",
        "Le corps n'est pas du JSON simple",
        "Un corps doit être du JSON en UTF-8, non compressé, et le dire : « Content-Type: application/json ». "
        "Les en-têtes « Accept » et « Accept-Encoding » de la réponse nomment ce qui est accepté."},
    ProblemKind{417, "expectation-failed", "The expectation cannot be met",
                "The only expectation that this server knows is “Expect: 100-continue”.",
                "L'attente ne peut pas être satisfaite",
                "La seule attente que ce serveur connaît est « Expect: 100-continue »."},
    ProblemKind{
        422, "invalid-input", "The input breaks a rule",
        "The request was understood, but what it says is not acceptable. The member “errors” names each wrong "
        "field, with the rule that it breaks. Nothing was changed.",
        "Les données enfreignent une règle",
        "La requête a été comprise, mais ce qu'elle dit n'est pas acceptable. Le membre « errors » nomme chaque "
        "champ fautif, avec la règle qu'il enfreint. Rien n'a été modifié."},
    ProblemKind{
        429, "too-many-requests", "Too many requests",
        "Something before this service asked you to come less often; the service itself refuses nobody by name. Wait "
        "as long as “Retry-After” says.",
        "Trop de requêtes",
        "Quelque chose placé devant ce service vous a demandé de venir moins souvent ; le service lui-même ne refuse "
        "personne en particulier. Attendez le temps indiqué par « Retry-After »."},
    ProblemKind{
        431, "header-fields-too-large", "The headers are too large",
        "The headers of a request may have 16 KiB and 100 lines in all. A cookie is often the reason.",
        "Les en-têtes sont trop grands",
        "Les en-têtes d'une requête peuvent faire 16 Kio et 100 lignes en tout. Un cookie en est souvent la cause."},
    ProblemKind{
        500, "internal-error", "A fault of this service",
        "Something went wrong that should not have. The log has the cause, under the number of the request. Whether "
        "a change was made is not known; sending it again with the same Idempotency-Key settles it.",
        "Une faute de ce service",
        "Quelque chose s'est mal passé qui n'aurait pas dû. Le journal en a la cause, sous le numéro de la requête. "
        "On ne sait pas si une modification a été faite ; la renvoyer avec la même Idempotency-Key le règle."},
    ProblemKind{501, "not-implemented", "The method or the coding is not known",
                "The request uses a method or a transfer coding that this server does not implement.",
                "La méthode ou le codage n'est pas connu",
                "La requête utilise une méthode ou un codage de transfert que ce serveur ne met pas en œuvre."},
    ProblemKind{
        503, "unavailable", "Not at this moment",
        "The store did not answer in time, or there is more to do than the service can take. Reading again is "
        "always safe. Unless the detail says that nothing was changed, whether a change was made is not known; sending "
        "it again with the same Idempotency-Key settles it. “Retry-After” says how long to wait.",
        "Pas en ce moment",
        "Le stockage n'a pas répondu à temps, ou il y a plus à faire que le service ne peut prendre. Relire est "
        "toujours sans risque. Sauf si le détail dit que rien n'a été modifié, on ne sait pas si une modification a "
        "été faite ; la renvoyer avec la même Idempotency-Key le règle. « Retry-After » dit combien de temps "
        "attendre."},
    ProblemKind{505, "http-version-not-supported", "The HTTP version is not supported",
                "This server speaks HTTP/1.1 and HTTP/1.0.", "La version de HTTP n'est pas prise en charge",
                "Ce serveur parle HTTP/1.1 et HTTP/1.0."},
    ProblemKind{
        507, "insufficient-storage", "The store is full",
        "The store has no room for the change, and nothing was changed. Reading still works.", "Le stockage est plein",
        "Le stockage n'a pas de place pour la modification, et rien n'a été modifié. La lecture fonctionne encore."},
};

}  // namespace

std::span<const ProblemKind> ProblemKinds() { return kKinds; }

}  // namespace demo::http
