import java.util.List;
import java.util.function.Function;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.JSON;
import org.openapitools.client.api.DataApi;
import org.openapitools.client.api.DocumentationApi;
import org.openapitools.client.api.FormsApi;
import org.openapitools.client.api.OperationsApi;
import org.openapitools.client.api.PagesApi;
import org.openapitools.client.api.SystemApi;
import org.openapitools.client.model.OrderInput;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.User;
import org.openapitools.client.model.UserInput;

/** Calls every operation with the client that openapi-generator made, and prints what calls.py lists. */
public final class Drive {
  private interface Call {
    void run() throws ApiException;
  }

  private static void say(String operation, int status, Object fact) {
    System.out.println(operation + "\t" + status + "\t" + fact);
  }

  private static <T> T show(String operation, ApiResponse<T> answer, Function<T, Object> fact) {
    say(operation, answer.getStatusCode(), fact.apply(answer.getData()));
    return answer.getData();
  }

  /** What is no success is an exception of this client. */
  private static void refuse(String operation, Call call, Function<ApiException, Object> fact) {
    try {
      call.run();
      throw new AssertionError(operation + ": no refusal");
    } catch (ApiException refusal) {
      say(operation, refusal.getCode(), fact.apply(refusal));
    }
  }

  private static void form(String operation, Call call) {
    refuse(operation, call, refusal -> refusal.getResponseHeaders().get("location").get(0).split("&")[0]);
  }

  private static Problem problem(ApiException refusal) {
    return JSON.deserialize(refusal.getResponseBody(), Problem.class);
  }

  private static String page(String text) {
    return text.substring(0, 15);
  }

  public static void main(String[] arguments) throws Exception {
    String token = arguments[1];
    ApiClient client = new ApiClient(new OkHttpClient.Builder().followRedirects(false).build());
    client.setBasePath(arguments[0]);
    client.addDefaultHeader("Authorization", "Bearer " + token);

    DataApi data = new DataApi(client);
    show("loadSampleData", data.loadSampleDataWithHttpInfo(null), done -> done.getMessage().getValue());
    show("stats", data.statsWithHttpInfo(), totals -> totals.getTotalUsers());
    show("listUsers", data.listUsersWithHttpInfo(2, null), List::size);
    show("showUser", data.showUserWithHttpInfo("user_1"), User::getTotalSpent);
    refuse("showUser", () -> data.showUser("nobody"), refusal -> problem(refusal).getStatus());
    show("listUserOrders", data.listUserOrdersWithHttpInfo("user_1", null, null), List::size);
    show("showOrder", data.showOrderWithHttpInfo("user_1", "order_1"), order -> order.getAmount());
    show("listOrders", data.listOrdersWithHttpInfo(null, null), List::size);
    UserInput input = new UserInput().name("Zoé").email("zoe@ecam.be").country("France");
    User zoe = show("createUser", data.createUserWithHttpInfo(input, "java-1"), User::getName);
    input.setEmail("zoe");
    refuse("createUser", () -> data.createUser(input, null), refusal -> problem(refusal).getErrors().get(0).getField());
    OrderInput order = new OrderInput().userId(zoe.getUserId()).amount(0.29);
    show("createOrder", data.createOrderWithHttpInfo(order, null), placed -> placed.getAmount());
    show("randomUser", data.randomUserWithHttpInfo(null), done -> done.getMessage().getValue());
    show("randomOrder", data.randomOrderWithHttpInfo(null), done -> done.getMessage().getValue());
    show("runMigration", data.runMigrationWithHttpInfo(null), done -> done.getMigratedUsers());

    SystemApi system = new SystemApi(client);
    show("listHosts", system.listHostsWithHttpInfo(), List::size);
    show("cacheStatus", system.cacheStatusWithHttpInfo(), cache -> cache.getTier());
    show("clearCache", system.clearCacheWithHttpInfo(null), done -> done.getMessage().getValue());
    show("shardingInfo", system.shardingInfoWithHttpInfo(), topology -> topology.getMode().getValue());
    try (Response events = system.eventsCall(null).execute()) { // It has no end.
      say("events", events.code(), events.body().source().readUtf8Line());
    }

    OperationsApi operations = new OperationsApi(client);
    show("livez", operations.livezWithHttpInfo(), alive -> alive.getStatus());
    show("readyz", operations.readyzWithHttpInfo(), ready -> ready.getChecks().get(0).getName());
    show("metrics", operations.metricsWithHttpInfo(), text -> text.substring(0, 6));
    show("version", operations.versionWithHttpInfo(), version -> version.getVersion());

    DocumentationApi documentation = new DocumentationApi(client);
    show("openapi", documentation.openapiWithHttpInfo(), all -> ((java.util.Map<?, ?>) all).get("openapi"));
    show(
        "problem",
        documentation.problemWithHttpInfo("not-found", null, null, null, null, null),
        explanation -> explanation.getType());

    PagesApi pages = new PagesApi(client);
    show("asset", pages.assetWithHttpInfo(arguments[2]), text -> text.substring(0, 5));
    show("home", pages.homeWithHttpInfo(null, null, null, null, null), Drive::page);
    show("dashboard", pages.dashboardWithHttpInfo(null, null, null, null, null, null, null, null), Drive::page);
    show("userPage", pages.userPageWithHttpInfo("user_1", null, null, null, null, null, null), Drive::page);
    show("docs", documentation.docsWithHttpInfo(null, null, null, null, null), Drive::page);

    FormsApi forms = new FormsApi(client);
    show("confirmClearData", forms.confirmClearDataWithHttpInfo(null, null, null, null, null), Drive::page);
    show("confirmLoadSampleData", forms.confirmLoadSampleDataWithHttpInfo(null, null, null, null, null), Drive::page);
    form("formRandomUser", () -> forms.formRandomUser("home", token));
    form("formRandomOrder", () -> forms.formRandomOrder("home", token, null));
    form("formRunMigration", () -> forms.formRunMigration("home", token));
    form("formClearCache", () -> forms.formClearCache("home", token));
    form("formLoadSampleData", () -> forms.formLoadSampleData("home", token, "yes"));
    form("formClearData", () -> forms.formClearData("home", token, "yes"));
    show("clearData", data.clearDataWithHttpInfo(null), done -> done.getMessage().getValue());
  }
}
