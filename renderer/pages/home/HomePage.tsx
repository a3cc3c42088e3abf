import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';

export default function HomePage() {
  return (
    <Page title="Home">
      <Loading />
    </Page>
  );
}
