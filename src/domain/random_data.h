#pragma once

#include "domain/model.h"
#include "domain/random.h"

namespace demo {

/// A person who might exist: the name fits the country, the e-mail address the name. Valid by `Validate`.
NewUser MakeRandomUser(Random& random);

/// 1.00 to 500.99, small amounts more often than large ones; 125 on average.
Money MakeRandomAmount(Random& random);

/// A generator with a new, unpredictable seed.
Random NewRandom();

}  // namespace demo
